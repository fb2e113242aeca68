"""The evaluations desk 评价: an indicator tree scored with evidence."""
