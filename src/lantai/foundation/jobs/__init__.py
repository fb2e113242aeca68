"""Jobs 任务: a queue of rows with lease, heartbeat, fencing, progress, stop and resume."""
