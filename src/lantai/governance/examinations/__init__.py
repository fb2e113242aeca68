"""Examinations 业务测试: papers from the question bank, the clock kept here, scores and certificates."""
