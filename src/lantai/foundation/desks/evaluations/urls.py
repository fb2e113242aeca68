"""Addresses of the evaluations desk."""

from django.urls import path

from lantai.foundation.desks.evaluations import views

app_name = "evaluations"
urlpatterns = [
    path("evaluations/", views.rounds, name="rounds"),
    path("evaluations/schemes/<slug:key>/", views.definition, name="definition"),
    path("evaluations/schemes/<slug:key>/new/", views.open_round, name="open"),
    path("evaluations/<str:number>/", views.round_page, name="round"),
    path("evaluations/<str:number>/<str:code>/", views.assessment, name="assessment"),
    path("evaluations/<str:number>/<str:code>/files/<int:pk>/", views.evidence, name="file"),
    path(
        "evaluations/<str:number>/<str:code>/report.<slug:kind>", views.report_file, name="report"
    ),
]
