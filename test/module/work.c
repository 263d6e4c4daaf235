/*
 * work.c
 *		For tests only: what this process has done so far, and the most memory
 *		it has had since it was last asked to forget.
 */
#include "postgres.h"

#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#ifdef __linux__
#include <linux/perf_event.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#endif
#include <time.h>
#include <unistd.h>

#include "fmgr.h"
#include "utils/builtins.h"

/*
 * A counter of the instructions of this process outside of the kernel, -1 where
 * the machine has none (most virtual ones) or the kernel keeps it to itself.
 */
static int
open_counter(void)
{
#ifdef __linux__
	struct perf_event_attr event = {0};

	event.type = PERF_TYPE_HARDWARE;
	event.size = sizeof(event);
	event.config = PERF_COUNT_HW_INSTRUCTIONS;
	event.exclude_kernel = 1;
	event.exclude_hv = 1;
	return (int) syscall(SYS_perf_event_open, &event, 0, -1, -1, 0);
#else
	return -1;
#endif
}

static bool
read_counter(int64 *count)
{
	static int	counter = -2;

	if (counter == -2)
		counter = open_counter();
	return counter >= 0 && read(counter, count, sizeof(*count)) == sizeof(*count) && *count > 0;
}

/* work_done() → bigint: instructions or, where they can't be counted, nanoseconds of processor time */
PG_FUNCTION_INFO_V1(work_done);
Datum
work_done(PG_FUNCTION_ARGS)
{
	struct timespec time;
	int64		count;

	if (read_counter(&count))
		PG_RETURN_INT64(count);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	PG_RETURN_INT64(time.tv_sec * INT64CONST(1000000000) + time.tv_nsec);
}

/* work_unit() → text: which of the two */
PG_FUNCTION_INFO_V1(work_unit);
Datum
work_unit(PG_FUNCTION_ARGS)
{
	int64		count;

	PG_RETURN_TEXT_P(cstring_to_text(read_counter(&count) ? "instructions" : "ns of processor time"));
}

/* A line of /proc/self/status, in kB; 0 where there is none. */
static int64
status_kb(const char *name)
{
	FILE	   *status = fopen("/proc/self/status", "r");
	char		line[256];
	long long	kb = 0;

	while (status && fgets(line, sizeof(line), status))
	{
		if (strncmp(line, name, strlen(name)) == 0)
			kb = atoll(line + strlen(name));
	}
	if (status)
		fclose(status);
	return kb;
}

/* memory_forget() → bigint: forgets the peak; kB in use. Free memory goes back to the system first. */
PG_FUNCTION_INFO_V1(memory_forget);
Datum
memory_forget(PG_FUNCTION_ARGS)
{
	int			refs = open("/proc/self/clear_refs", O_WRONLY);

#ifdef __GLIBC__
	malloc_trim(0);
#endif
	if (refs >= 0)
	{
		if (write(refs, "5", 1) != 1)
			elog(DEBUG1, "the peak of memory can't be forgotten");
		close(refs);
	}
	PG_RETURN_INT64(status_kb("VmRSS:"));
}

/* memory_most() → bigint: the most kB in use since */
PG_FUNCTION_INFO_V1(memory_most);
Datum
memory_most(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT64(status_kb("VmHWM:"));
}
