"""Backup register 备份集台账: real backups and carriers stand in the register of backup sets."""
