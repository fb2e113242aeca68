"""Schedules 三合一制度: drafted by the unit, approved by the authority, obeyed by filing."""
