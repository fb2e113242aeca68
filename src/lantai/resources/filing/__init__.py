"""Filing 归档: a unit's documents are described, classed by the schedule, and given their 档号."""
