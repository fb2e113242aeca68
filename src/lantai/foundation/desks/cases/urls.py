"""Addresses of the cases desk."""

from django.urls import path

from lantai.foundation.desks.cases import desk_views, file_views, views

app_name = "cases"
urlpatterns = [
    path("cases/", views.cases, name="cases"),
    path("cases/new/", desk_views.start, name="start"),
    path("cases/new/from/<slug:register>/<int:pk>/", desk_views.begin, name="begin"),
    path("cases/new/<slug:key>/", desk_views.open_one, name="open"),
    path("cases/new/<slug:key>/import/", file_views.import_file, name="import"),
    path(
        "cases/new/<slug:key>/import/<int:pk>/<slug:part>/",
        file_views.import_part,
        name="import_part",
    ),
    path("cases/export/<slug:form>/", file_views.export, name="export"),
    path("cases/statistics/<slug:key>/", desk_views.statistics, name="statistics"),
    path("cases/definitions/", views.definitions, name="definitions"),
    path("cases/definitions/<slug:key>/", views.definition, name="definition"),
    path("cases/<str:number>/files/<int:pk>/", desk_views.file, name="file"),
    path("cases/<str:number>/papers/<slug:key>.<slug:kind>", desk_views.document, name="document"),
    path("cases/<str:number>/handle/<slug:do>/", desk_views.handle, name="handle"),
    path("cases/<str:number>/", views.case, name="case"),
    path("cases/<str:number>/move/<slug:transition>/", views.move, name="move"),
]
