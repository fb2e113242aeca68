"""Month closing 月结: a unit's accounting records, judged month by month and then closed."""
