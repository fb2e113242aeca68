"""底座: operation, accounts, institutions, ledger, changes, jobs, inbox, desks, site."""
