"""The API 接口 /api/v1/: every feature's ``api.py`` gives a ``router``; here they are gathered."""
