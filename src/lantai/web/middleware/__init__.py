"""Middleware 中间件: what every answer carries."""
