"""placeholder"""
app_name = "requests"
urlpatterns = []
