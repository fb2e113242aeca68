"""Addresses of the evaluations desk."""

from django.urls import path

from lantai.foundation.desks.evaluations import file_views, handling_views, views

app_name = "evaluations"
urlpatterns = [
    path("evaluations/", views.rounds, name="rounds"),
    path("evaluations/schemes/<slug:key>/", views.definition, name="definition"),
    path("evaluations/schemes/<slug:key>/new/", views.open_round, name="open"),
    path("evaluations/export/<slug:form>/", file_views.export_rounds, name="export"),
    path("evaluations/rounds/<str:number>/statistics/", file_views.statistics, name="statistics"),
    path(
        "evaluations/rounds/<str:number>/export/<slug:form>/",
        file_views.export_round,
        name="export_round",
    ),
    path("evaluations/rounds/<str:number>/import/", file_views.import_file, name="import"),
    path(
        "evaluations/rounds/<str:number>/import/<int:pk>/<slug:part>/",
        file_views.import_part,
        name="import_part",
    ),
    path("evaluations/rounds/<str:number>/urge/", handling_views.urge_overdue, name="urge"),
    path("evaluations/<str:number>/", views.round_page, name="round"),
    path("evaluations/<str:number>/<str:code>/", views.assessment, name="assessment"),
    path(
        "evaluations/<str:number>/<str:code>/handle/<slug:do>/",
        handling_views.handle,
        name="handle",
    ),
    path("evaluations/<str:number>/<str:code>/files/<int:pk>/", views.evidence, name="file"),
    path(
        "evaluations/<str:number>/<str:code>/report.<slug:kind>", views.report_file, name="report"
    ),
]
