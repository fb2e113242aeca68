"""Attachments 附件: files that people put to a case or an evaluation, kept with their digests."""
