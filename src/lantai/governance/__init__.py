"""治理: classification and retention schedules, access rules, supervision, statistics, audit."""
