"""Choose measures under a budget (docs/method.md, section "Plan")."""
