"""What the browser is given (前端): fetching its parts, building its files, checking its words."""
