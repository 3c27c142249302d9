"""WhatsApp Business Platform: takes in webhooks, sends messages, speaks in neutral types."""
