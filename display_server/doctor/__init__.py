"""What the doctor knows of devices and addresses, and his command."""
