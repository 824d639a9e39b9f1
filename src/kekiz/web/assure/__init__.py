"""The pages behind the link of a reminder: providers answer without an account."""
