/*
 * basis.c
 *		The latest rows that can be matched to different steps.
 */
#include "base/compat.h"

#include "path/basis.h"

void
basis_clear(Basis *basis, int steps)
{
	basis->rows = 0;
	for (int step = 0; step < steps; step++)
		basis->row_of[step] = -1;
}

/*
 * Looks for what a row can be matched to, breadth first. Answers a step that is
 * free, or -1 and, in *oldest, the oldest row of the basis that the row could
 * stand in for. from: by step, the row it was reached from (-1: the new one).
 */
static int
find_place(const Basis *basis, uint64 mask, int *from, int *oldest)
{
	int			queue[BASIS_STEPS];
	int			length = 0;
	uint32		seen = 0;
	int			row = -1;

	*oldest = -1;
	for (int next = 0;; next++)
	{
		for (uint32 left = (uint32) mask & ~seen; left != 0; left &= left - 1)
		{
			int			step = __builtin_ctz(left);

			from[step] = row;
			if (basis->row_of[step] < 0)
				return step;
			seen |= (uint32) 1 << step;
			queue[length++] = step;
		}
		if (next == length)
			return -1;
		row = basis->row_of[queue[next]];
		mask = basis->mask[row];
		if (*oldest < 0 || basis->at[row] < basis->at[*oldest])
			*oldest = row;
	}
}

/* Matches a row to a step on the way found, each row there moving on to the next. */
static void
shift_rows(Basis *basis, int step, int row, const int *from)
{
	while (from[step] >= 0)
	{
		int			moved = from[step];
		int			freed = basis->step_of[moved];

		basis->row_of[step] = moved;
		basis->step_of[moved] = step;
		step = freed;
	}
	basis->row_of[step] = row;
	basis->step_of[row] = step;
}

void
basis_add(Basis *basis, int64 at, uint64 mask)
{
	int			from[BASIS_STEPS];
	int			oldest;
	int			step = find_place(basis, mask, from, &oldest);
	int			row = basis->rows;

	if (step >= 0)
		basis->rows++;
	else
	{
		row = oldest;
		step = basis->step_of[row];
	}
	basis->at[row] = at;
	basis->mask[row] = mask;
	shift_rows(basis, step, row, from);
}

/* Sorts times, which are few and nearly sorted. */
static void
sort_times(int64 *times, int count)
{
	for (int i = 1; i < count; i++)
	{
		int64		at = times[i];
		int			place = i;

		for (; place > 0 && times[place - 1] > at; place--)
			times[place] = times[place - 1];
		times[place] = at;
	}
}

/*
 * The times of a window's rows, where a row that may begin a chain takes the
 * place of the oldest that it can stand in for.
 */
static void
begin_window(const Basis *window, uint64 mask, int64 at, int64 *times, int count)
{
	int			from[BASIS_STEPS];
	int			oldest;
	int			place = 0;

	(void) find_place(window, mask, from, &oldest);
	while (place < count - 1 && times[place] != window->at[oldest])
		place++;
	memmove(times + 1, times, sizeof(int64) * place);
	times[0] = at;
}

/* Of two lists of times: does the first have the later ones, from the end back? */
static bool
has_later_times(const int64 *times, const int64 *others, int count)
{
	for (int i = count - 1; i >= 0; i--)
		if (times[i] != others[i])
			return times[i] > others[i];
	return false;
}

int
basis_window(const Basis *basis, const Basis *beginners, int64 begin_at, int64 since, int64 *times)
{
	Basis		window;
	int64		rows[BASIS_STEPS];
	int			count = 0;

	if (begin_at < since)
		return 0;
	for (int row = 0; row < basis->rows; row++)
		if (basis->at[row] >= since)
			rows[count++] = basis->at[row];
	sort_times(rows, count);
	memcpy(times, rows, sizeof(int64) * count);
	if (count == 0 || rows[0] <= begin_at)
		return count;

	window = *basis;
	for (int row = 0; row < basis->rows; row++)
		if (basis->at[row] < since)
			window.row_of[basis->step_of[row]] = -1;
	times[count - 1] = PG_INT64_MIN;
	for (int row = 0; row < beginners->rows; row++)
	{
		int64		begun[BASIS_STEPS];

		if (beginners->at[row] < since)
			continue;
		memcpy(begun, rows, sizeof(int64) * count);
		begin_window(&window, beginners->mask[row], beginners->at[row], begun, count);
		if (has_later_times(begun, times, count))
			memcpy(times, begun, sizeof(int64) * count);
	}
	return count;
}
