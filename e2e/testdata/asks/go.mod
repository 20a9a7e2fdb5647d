module example.com/asks

go 1.22
