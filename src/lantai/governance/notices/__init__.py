"""Notices 公示: matters of any kind that their definition lets the public see."""
