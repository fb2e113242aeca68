"""Off-line carriers 离线载体: a sealed batch on a disc, disk or tape, registered and tested on time."""
