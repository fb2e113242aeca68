"""The faults of processes, disks and storage, each by its number, with the outcome it must have."""
