"""Rules of the desks 办事台: state tables and guards, without a database."""
