"""Addresses of the gallery."""

from django.urls import path

from lantai.web.gallery import views

urlpatterns = [
    path("gallery", views.gallery, name="gallery"),
    path("gallery/portal", views.portal, name="gallery-portal"),
    path("gallery/page/<str:name>", views.page, name="gallery-page"),
    path("gallery/scan/<int:number>.svg", views.scan, name="gallery-scan"),
    path("gallery/sample.pdf", views.pdf, name="gallery-pdf"),
    path("gallery/suggest", views.suggest, name="gallery-suggest"),
    path("gallery/tree", views.tree, name="gallery-tree"),
]
