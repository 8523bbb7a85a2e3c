"""The domain of a bank branch's lobby: queue, waits, care, records, reports. No web, no terminal, no device."""
