# The same tasks for those who like make; tasks.py does the work.
.PHONY: run test bench lock
run test bench lock:
	@python3 tasks.py $@
