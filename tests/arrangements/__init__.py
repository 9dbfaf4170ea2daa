"""Policy files of fictional organisations, one for each way to organise the work that no real organisation here has."""
