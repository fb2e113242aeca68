"""Address of the calendar."""

from django.urls import path

from lantai.foundation.desks.calendar import views

app_name = "calendar"
urlpatterns = [path("calendar/", views.mine, name="mine")]
