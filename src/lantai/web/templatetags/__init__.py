"""Template tags and filters of the design system (模板标签)."""
