"""The calendar 日历: the dates of all desks, month by month."""
