"""The charts: bars by day and by hour, in colours that stay with their kinds."""
