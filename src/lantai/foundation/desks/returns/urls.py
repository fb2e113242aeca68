"""Addresses of the returns desk."""

from django.urls import path

from lantai.foundation.desks.returns import (
    adapting_views,
    file_views,
    form_views,
    handling_views,
    total_views,
    views,
)

app_name = "returns"
urlpatterns = [
    path("returns/", views.rounds, name="rounds"),
    path("returns/new/", views.new, name="new"),
    path("returns/export/<slug:form>/", file_views.export_rounds, name="export"),
    path("returns/definitions/", adapting_views.definitions, name="definitions"),
    path("returns/definitions/<slug:key>/", adapting_views.definition, name="definition"),
    path("returns/definitions/<slug:key>/adapt/", adapting_views.adapting, name="adapt"),
    path("returns/forms/<int:pk>/", form_views.form, name="form"),
    path("returns/forms/<int:pk>/handle/<slug:do>/", handling_views.handle, name="handle"),
    path("returns/forms/<int:pk>/files/<int:key>/", handling_views.file, name="file"),
    path("returns/forms/<int:pk>/files/<int:key>/remove/", handling_views.detach, name="detach"),
    path("returns/forms/<int:pk>/check/", form_views.check, name="check"),
    path("returns/forms/<int:pk>/accept/", form_views.accept, name="accept"),
    path("returns/forms/<int:pk>/return/", form_views.give_back, name="return"),
    path("returns/forms/<int:pk>/offline/", form_views.offline, name="offline"),
    path("returns/forms/<int:pk>/offline/take/", form_views.take_offline, name="take_offline"),
    path("returns/forms/<int:pk>/print/<slug:kind>/", form_views.print_form, name="print"),
    path("returns/forms/<int:pk>/versions/<int:number>/", form_views.version, name="version"),
    path("returns/rounds/<str:number>/", views.one_round, name="round"),
    path("returns/rounds/<str:number>/statistics/", file_views.statistics, name="statistics"),
    path(
        "returns/rounds/<str:number>/export/<slug:form>/",
        file_views.export_round,
        name="export_round",
    ),
    path("returns/rounds/<str:number>/import/", file_views.import_file, name="import"),
    path(
        "returns/rounds/<str:number>/import/<int:pk>/<slug:part>/",
        file_views.import_part,
        name="import_part",
    ),
    path("returns/rounds/<str:number>/totals/", total_views.totals, name="totals"),
    path("returns/rounds/<str:number>/urge/", handling_views.urge_overdue, name="urge"),
    path("returns/rounds/<str:number>/lock/", views.lock, name="lock"),
    path("returns/rounds/<str:number>/accept/", views.accept_many, name="accept_many"),
]
