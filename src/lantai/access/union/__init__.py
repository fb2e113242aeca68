"""Union catalogue 联合目录: one entry for what several archives hold, with its holders."""
