"""Addresses of opening review."""

from django.urls import path

from lantai.access.opening import item_views, print_views, views

app_name = "opening"
urlpatterns = [
    path("opening/", views.due, name="due"),
    path("opening/plan/", views.plan, name="plan"),
    path("opening/reviews/", views.reviews, name="reviews"),
    path("opening/publications/", views.batches, name="batches"),
    path("opening/publications/<str:number>/", views.batch, name="batch"),
    path("opening/publications/<str:number>/take-down/<int:entry>/", views.withdraw, name="withdraw"),
    path("opening/statistics/", views.statistics, name="statistics"),
    path("opening/items/<int:pk>/", item_views.item, name="item"),
    path("opening/items/<int:pk>/conclude/", item_views.conclude, name="conclude"),
    path("opening/items/<int:pk>/return/", item_views.send_back, name="return"),
    path("opening/items/<int:pk>/opine/", item_views.opine, name="opine"),
    path("opening/items/<int:pk>/title/", item_views.title, name="title"),
    path("opening/items/<int:pk>/pages/<int:component>/<int:page>.png", item_views.page_image, name="page"),
    path("opening/items/<int:pk>/files/<int:component>/", item_views.whole_file, name="file"),
    path("opening/reviews/<str:number>/", views.review, name="review"),
    path("opening/reviews/<str:number>/bulk/", views.bulk, name="bulk"),
    path("opening/reviews/<str:number>/publish/", views.publish, name="publish"),
    path("opening/reviews/<str:number>/print/<slug:kind>/", print_views.sheet, name="print"),
]  # fmt: skip
