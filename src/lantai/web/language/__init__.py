"""The switch between Chinese and English (语言切换)."""
