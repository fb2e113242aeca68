"""Addresses of the registers desk."""

from django.urls import path

from lantai.foundation.desks.registers import adapting_views, figure_views, file_views, views

app_name = "registers"
urlpatterns = [
    path("lists/", figure_views.public_registers, name="public_registers"),
    path("lists/<slug:key>/", figure_views.public_register, name="public_register"),
    path("registers/", views.registers, name="registers"),
    path("registers/<slug:key>/", views.register, name="register"),
    path("registers/<slug:key>/new/", views.new, name="new"),
    path("registers/<slug:key>/import/", file_views.import_file, name="import"),
    path(
        "registers/<slug:key>/import/<int:pk>/<slug:part>/",
        file_views.import_part,
        name="import_part",
    ),
    path("registers/<slug:key>/export/<slug:form>/", file_views.export, name="export"),
    path("registers/<slug:key>/statistics/", figure_views.statistics, name="statistics"),
    path("registers/<slug:key>/calendar/", figure_views.calendar, name="calendar"),
    path("registers/<slug:key>/definition/", adapting_views.definition, name="definition"),
    path("registers/<slug:key>/adapt/", adapting_views.adapting, name="adapt"),
    path("registers/<slug:key>/<int:pk>/", views.entry, name="entry"),
    path("registers/<slug:key>/<int:pk>/edit/", views.edit, name="edit"),
    path("registers/<slug:key>/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("registers/<slug:key>/<int:pk>/publish/", views.publish, name="publish"),
    path("registers/<slug:key>/<int:pk>/files/", file_views.attach, name="attach"),
    path("registers/<slug:key>/<int:pk>/files/<int:part>/", file_views.download, name="download"),
    path(
        "registers/<slug:key>/<int:pk>/files/<int:part>/remove/", file_views.detach, name="detach"
    ),
    path("registers/<slug:key>/<int:pk>/print/<slug:form>/", file_views.print_entry, name="print"),
]
