"""Address of the coverage page."""

from django.urls import path

from lantai.governance.coverage import views

app_name = "coverage"
urlpatterns = [path("coverage/", views.page, name="page")]
