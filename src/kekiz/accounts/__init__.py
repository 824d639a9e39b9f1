"""People with an account, their roles by area, and the log of every change."""
