"""The four desks 四张桌子; the cases desk is here first."""
