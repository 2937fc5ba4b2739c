"""What every capability shares and no shop would recognise: errors, settings, clock, ids, money, telemetry."""
