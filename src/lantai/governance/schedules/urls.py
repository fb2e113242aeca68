"""Addresses of schedules."""

from django.urls import path

from lantai.governance.schedules import table_views, views

app_name = "schedules"
urlpatterns = [
    path("schedules/", views.schedules, name="schedules"),
    path("schedules/new/", views.new, name="new"),
    path("schedules/<int:pk>/", views.plan, name="plan"),
    path("schedules/<int:pk>/submit/", views.submit, name="submit"),
    path("schedules/<int:pk>/return/", views.give_back, name="return"),
    path("schedules/<int:pk>/approve/", views.approve, name="approve"),
    path("schedules/<int:pk>/tables/", table_views.tables, name="tables"),
    path("schedules/<int:pk>/tables/check/", table_views.check, name="check"),
    path("schedules/<int:pk>/print/<slug:kind>/", views.print_plan, name="print"),
    path("schedules/<int:pk>/compare/", table_views.compare, name="compare"),
    path("schedules/<int:pk>/review/", table_views.review, name="review"),
]
