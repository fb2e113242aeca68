"""门户: settings, addresses, the design system."""
