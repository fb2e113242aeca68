"""What is owed 待办催收: who owes a step of a round, pressing, reminding, handing it to a colleague."""
