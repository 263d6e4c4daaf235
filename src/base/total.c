/*
 * total.c
 *		The distribution of a total.
 */
#include "base/total.h"

#include <math.h>

#include "base/portable.h"
#include "miscadmin.h"

#define END_LOG			23.03	/* -ln of what may lie beyond either end of a window: 1e-10 */
#define PERCENTILE_SLACK	1e-12	/* of probabilities: a percentile on the edge is met */
#define SQUARE_NOTHING	1e-28	/* a characteristic function whose square is below this is 0 */
#define DECAY_MOST		32.0	/* so many terms of probability 1/2, or more of others, make it so */

#define CELLS_MOST		(1 << 21)	/* with a common unit */
#define CELLS_GRID		(1 << 16)
#define CELLS_LEAST		(1 << 13)
#define WORK_UNIT		1e7		/* factors to multiply for a distribution in common units: tenths of a second */
#define WORK_GRID		1.5e6	/* for one on a grid: beyond this its cells are fewer */
#define WIDTH_MOST		20		/* standard deviations of a binomial weight that counts */

#define ALONE_MOST		10		/* amounts taken out */
#define ALONE_FROM		16.0	/* at so many standard deviations of the rest */

typedef struct Point
{
	int128		value;
	double		weight;			/* its probability */
}			Point;

/* Probabilities at cells in a row */
typedef struct Grid
{
	int			cells;
	int128		unit;			/* a cell, where amounts are multiples of it; else 0 */
	int128		first;			/* ... the value of cell 0 */
	double		cell;			/* else: its width */
	double		start;			/* ... where cell 0 is */
	bool		smooth;			/* no value has a probability of its own */
	double		mean;
	double		stretch;		/* what sharing amounts among cells has added to the standard deviation */
	double	   *at_most;		/* the probability of the cells up to this one */
}			Grid;

struct Total
{
	int128		lowest;
	int128		highest;
	int			count;
	Point	   *points;			/* in order of value; relative to nothing */
	double	   *at_most;		/* without a grid: the probability of the points up to this one */
	Grid	   *grid;			/* what is added to the points, or NULL */
};

/*
 * Terms
 */

/* What is certain of the terms; left are terms of 0 < probability < 1 and an amount above 0. */
static int128
take_certain(TotalTerm *terms, int *count)
{
	int128		certain = 0;
	int			left = 0;

	for (int i = 0; i < *count; i++)
	{
		TotalTerm	term = terms[i];

		if (term.amount < 0)
		{
			/* -a with p is -a for certain, and a with 1 - p */
			certain += term.amount * term.count;
			term.amount = -term.amount;
			term.probability = 1 - term.probability;
		}
		if (term.probability >= 1)
			certain += term.amount * term.count;
		else if (term.probability > 0 && term.amount > 0)
			terms[left++] = term;
	}
	*count = left;
	return certain;
}

/* How far a term makes the characteristic function fall: at least, if amounts are of no common unit */
static double
decay_of(const TotalTerm *term)
{
	return term->count * Min(term->probability, 1 - term->probability);
}

static double
variance_of(const TotalTerm *term)
{
	double		amount = (double) term->amount;

	return term->count * term->probability * (1 - term->probability) * amount * amount;
}

static int
compare_decay(const void *a, const void *b)
{
	const TotalTerm *left = a;
	const TotalTerm *right = b;
	double		difference = decay_of(right) - decay_of(left);

	if (difference != 0)
		return difference > 0 ? 1 : -1;
	if (left->amount != right->amount)
		return left->amount > right->amount ? -1 : 1;
	return (left->probability > right->probability) - (left->probability < right->probability);
}

static int
compare_amounts(const void *a, const void *b)
{
	const TotalTerm *left = a;
	const TotalTerm *right = b;

	if (left->amount != right->amount)
		return left->amount > right->amount ? -1 : 1;
	return compare_decay(a, b);
}

/* How many factors of the characteristic function are multiplied before it is nothing, for most frequencies; the terms are in order of decay */
static int
factors_of(const TotalTerm *terms, int count)
{
	double		decay = 0;
	int			factors = 0;

	while (factors < count && decay < DECAY_MOST)
		decay += decay_of(&terms[factors++]);
	return factors;
}

static int128
common_unit(const TotalTerm *terms, int count)
{
	int128		unit = 0;

	for (int i = 0; i < count; i++)
	{
		int128		a = terms[i].amount;

		while (a != 0)
		{
			int128		rest = unit % a;

			unit = a;
			a = rest;
		}
	}
	return unit;
}

/*
 * Points
 */

/* The binomial probabilities of first .. first + answer - 1 of n; those below 1e-20 of the largest are left out */
static int
binomial_weights(int64 n, double p, int64 *first, double **weights)
{
	double		odds = p / (1 - p);
	int64		mode = Min((int64) ((n + 1.0) * p), n);
	int			most = (int) Min(n + 1, (int64) (2 * WIDTH_MOST * sqrt(n * p * (1 - p))) + 200);
	double	   *weight = palloc(sizeof(double) * 2 * most);
	int			low = most;		/* the mode's place */
	int			high = most;
	double		sum = 0;

	weight[most] = 1;
	for (int64 k = mode; k > 0 && low > 0 && weight[low] > 1e-20; k--, low--)
		weight[low - 1] = weight[low] * k / ((n - k + 1) * odds);
	for (int64 k = mode; k < n && high < 2 * most - 1 && weight[high] > 1e-20; k++, high++)
		weight[high + 1] = weight[high] * (n - k) * odds / (k + 1);
	for (int i = low; i <= high; i++)
		sum += weight[i];
	for (int i = low; i <= high; i++)
		weight[i] /= sum;
	*first = mode - (most - low);
	*weights = weight + low;
	return high - low + 1;
}

static double
points_of(const TotalTerm *term)
{
	return Min(term->count + 1.0, 2 * WIDTH_MOST * sqrt(term->count * term->probability * (1 - term->probability)) + 200);
}

/* Whether all sums of the terms can be listed */
static bool
is_short(const TotalTerm *terms, int count)
{
	double		points = 1;

	for (int i = 0; i < count && points <= TOTAL_POINTS; i++)
		points *= points_of(&terms[i]);
	return points <= TOTAL_POINTS;
}

static int
compare_points(const void *a, const void *b)
{
	const Point *left = a;
	const Point *right = b;

	return (left->value > right->value) - (left->value < right->value);
}

/* Points in order, equal ones as one */
static int
merge_points(Point *points, int count)
{
	int			merged = 0;

	qsort(points, count, sizeof(Point), compare_points);
	for (int i = 1; i < count; i++)
	{
		if (points[i].value == points[merged].value)
			points[merged].weight += points[i].weight;
		else
			points[++merged] = points[i];
	}
	return merged + 1;
}

/* Adds a term to each of the points. */
static void
add_term(Total *total, const TotalTerm *term)
{
	double		once[2] = {1 - term->probability, term->probability};
	double	   *weights = once;
	int64		first = 0;
	int			width = 2;
	Point	   *sums;

	if (term->count > 1)
		width = binomial_weights(term->count, term->probability, &first, &weights);
	sums = palloc(sizeof(Point) * total->count * width);
	for (int k = 0; k < width; k++)
		for (int i = 0; i < total->count; i++)
		{
			Point	   *sum = &sums[k * total->count + i];

			sum->value = total->points[i].value + term->amount * (first + k);
			sum->weight = total->points[i].weight * weights[k];
		}
	total->count = merge_points(sums, total->count * width);
	pfree(total->points);
	total->points = sums;
}

static void
list_sums(Total *total, const TotalTerm *terms, int count)
{
	for (int i = 0; i < count; i++)
	{
		CHECK_FOR_INTERRUPTS();
		add_term(total, &terms[i]);
	}
}

/*
 * How many of the terms, in order of amount, are better taken out: those that
 * dwarf what is left. Its variance is summed from the smallest up: taken off
 * that of all, it would drown.
 */
static int
terms_alone(const TotalTerm *terms, int count)
{
	double		rest = 0;
	int64		single = 0;
	int			most = 0;
	int			alone = 0;

	while (most < count && (single += Min(terms[most].count, ALONE_MOST + 1)) <= ALONE_MOST)
		most++;
	for (int i = count - 1; i >= 0; i--)
	{
		double		amount = (double) terms[i].amount;

		if (i < most && alone == 0 && amount * amount > ALONE_FROM * ALONE_FROM * rest)
			alone = i + 1;
		rest += variance_of(&terms[i]);
	}
	return alone;
}

/*
 * Grids
 */

typedef struct Complex
{
	double		re;
	double		im;
}			Complex;

/* Puts numbers into the order in which the transform wants them: of reversed bits. */
static void
reverse_bits(int n, Complex *numbers)
{
	for (int i = 1, j = 0; i < n; i++)
	{
		int			bit = n >> 1;
		Complex		number = numbers[i];

		for (; j & bit; bit >>= 1)
			j ^= bit;
		j ^= bit;
		if (i < j)
		{
			numbers[i] = numbers[j];
			numbers[j] = number;
		}
	}
}

/* In place: the transform of n complex numbers with the kernel e^(-2 pi i j k / n); roots as below */
static void
transform(int n, Complex *numbers, const Complex *roots)
{
	reverse_bits(n, numbers);
	for (int half = 1; half < n; half *= 2)
	{
		int			step = n / (2 * half);

		CHECK_FOR_INTERRUPTS();
		for (int from = 0; from < n; from += 2 * half)
			for (int k = 0; k < half; k++)
			{
				Complex    *a = &numbers[from + k];
				Complex    *b = a + half;
				Complex		root = roots[k * step];
				Complex		turned = {b->re * root.re + b->im * root.im, b->im * root.re - b->re * root.im};

				b->re = a->re - turned.re;
				b->im = a->im - turned.im;
				a->re += turned.re;
				a->im += turned.im;
			}
	}
}

/* A term as a grid sees it: an amount of whole cells, and the part of it that reaches into the next one */
typedef struct GridTerm
{
	int			whole;			/* modulo the number of cells */
	double		without;		/* probability of no amount, of "whole" and of one more */
	double		at_whole;
	double		at_next;
	int64		count;
}			GridTerm;

static inline Complex
multiply(Complex a, Complex b)
{
	Complex		product = {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};

	return product;
}

static Complex
power(Complex base, int64 exponent)
{
	Complex		product = {1, 0};

	for (; exponent > 0; exponent >>= 1)
	{
		if (exponent & 1)
			product = multiply(product, base);
		base = multiply(base, base);
	}
	return product;
}

/*
 * The characteristic function of the sum of the terms at frequency k, where
 * roots[j] is e^(2 pi i j / n); 0 where it is next to nothing. This is where
 * the time goes: one look-up a term, and two complex products.
 */
static Complex
characteristic(const GridTerm *terms, int count, int n, int k, const Complex *roots)
{
	Complex		product = {1, 0};
	Complex		next = roots[k];

	for (int i = 0; i < count; i++)
	{
		const GridTerm *term = &terms[i];
		Complex		whole = roots[(uint32) term->whole * (uint32) k & (uint32) (n - 1)];
		Complex		shared = {term->at_whole + term->at_next * next.re, term->at_next * next.im};
		Complex		factor = multiply(whole, shared);

		factor.re += term->without;
		if (term->count > 1)
			factor = power(factor, term->count);
		product = multiply(product, factor);
		if (product.re * product.re + product.im * product.im < SQUARE_NOTHING)
			return (Complex) {0, 0};
	}
	return product;
}

/* e^(2 pi i k / n), k = 0 .. n - 1 */
static Complex *
roots_of_unity(int n)
{
	Complex    *roots = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Complex) * n);
	double	   *cosines = palloc(sizeof(double) * (n / 2));
	double	   *sines = palloc(sizeof(double) * (n / 2));

	portable_circle(n / 2, cosines, sines);
	for (int k = 0; k < n / 2; k++)
	{
		roots[k].re = cosines[k];
		roots[k].im = sines[k];
		roots[k + n / 2].re = -cosines[k];
		roots[k + n / 2].im = -sines[k];
	}
	pfree(cosines);
	pfree(sines);
	return roots;
}

/* The probabilities of n cells, the first of which stands for "first" cells; cumulated */
static double *
grid_probabilities(const GridTerm *terms, int count, int n, int64 first)
{
	Complex    *roots = roots_of_unity(n);
	Complex    *numbers = MemoryContextAllocHuge(CurrentMemoryContext, sizeof(Complex) * n);
	double	   *at_most = palloc(sizeof(double) * n);
	double		sum = 0;

	for (int k = 0; k <= n / 2; k++)
	{
		if (k % 64 == 0)
			CHECK_FOR_INTERRUPTS();
		numbers[k] = characteristic(terms, count, n, k, roots);
		if (k > 0 && k < n / 2)
		{
			numbers[n - k].re = numbers[k].re;
			numbers[n - k].im = -numbers[k].im;
		}
	}
	transform(n, numbers, roots);
	for (int i = 0; i < n; i++)
	{
		sum += Max(numbers[(first + i) & (n - 1)].re, 0) / n;
		at_most[i] = sum;
	}
	for (int i = 0; i < n; i++)
		at_most[i] /= sum;
	pfree(roots);
	pfree(numbers);
	return at_most;
}

/*
 * Between which sums of the terms all but 1e-10 lies on either side: Bernstein's
 * inequality (The Theory of Probabilities, 1946), and the least and most there is.
 */
static void
window_of(const TotalTerm *terms, int count, double *low, double *high)
{
	double		mean = 0;
	double		variance = 0;
	double		largest = 0;
	double		most = 0;
	double		end;

	for (int i = 0; i < count; i++)
	{
		double		amount = (double) terms[i].amount;

		mean += terms[i].count * terms[i].probability * amount;
		variance += variance_of(&terms[i]);
		largest = Max(largest, amount);
		most += terms[i].count * amount;
	}
	end = END_LOG * largest / 3;
	end += sqrt(end * end + 2 * END_LOG * variance);
	*low = Max(mean - end, 0);
	*high = Min(mean + end, most);
}

/* The grid of terms whose amounts are multiples of a unit; NULL where that would take too long */
static Grid *
grid_of_units(TotalTerm *terms, int count)
{
	int128		unit = common_unit(terms, count);
	Grid	   *grid;
	GridTerm   *cells;
	double		low;
	double		high;
	int			n = 256;

	window_of(terms, count, &low, &high);
	while (n < CELLS_MOST && n < (high - low) / (double) unit + 3)
		n *= 2;
	if (n < (high - low) / (double) unit + 3 || 0.5 * n * factors_of(terms, count) > WORK_UNIT)
		return NULL;

	grid = palloc0(sizeof(Grid));
	grid->cells = n;
	grid->unit = unit;
	grid->first = (int128) (low / (double) unit) * unit;
	cells = palloc(sizeof(GridTerm) * count);
	for (int i = 0; i < count; i++)
	{
		cells[i].whole = (int) (terms[i].amount / unit % n);
		cells[i].without = 1 - terms[i].probability;
		cells[i].at_whole = terms[i].probability;
		cells[i].at_next = 0;
		cells[i].count = terms[i].count;
	}
	grid->at_most = grid_probabilities(cells, count, n, (int64) (grid->first / unit % n));
	pfree(cells);
	return grid;
}

/*
 * The grid of any terms. An amount is shared by the two cells it lies between,
 * so that the mean stays; what that adds to the spread is taken off again
 * where the distribution is smooth.
 */
static Grid *
grid_of_cells(TotalTerm *terms, int count)
{
	Grid	   *grid = palloc0(sizeof(Grid));
	GridTerm   *cells = palloc(sizeof(GridTerm) * count);
	int			factors = factors_of(terms, count);
	double		decay = 0;
	double		variance = 0;
	double		added = 0;
	double		low;
	double		high;
	int			n = CELLS_GRID;

	while (n > CELLS_LEAST && 0.5 * n * factors > WORK_GRID)
		n /= 2;
	window_of(terms, count, &low, &high);
	grid->cells = n;
	grid->cell = (high - low) / (n - 3);
	grid->start = floor(low / grid->cell) * grid->cell;
	for (int i = 0; i < count; i++)
	{
		double		amount = (double) terms[i].amount / grid->cell;
		double		whole = floor(amount);
		double		part = amount - whole;

		cells[i].whole = (int) fmod(whole, n);
		cells[i].without = 1 - terms[i].probability;
		cells[i].at_whole = terms[i].probability * (1 - part);
		cells[i].at_next = terms[i].probability * part;
		cells[i].count = terms[i].count;
		grid->mean += terms[i].count * terms[i].probability * (double) terms[i].amount;
		added += terms[i].count * terms[i].probability * part * (1 - part);
		decay += decay_of(&terms[i]);
		variance += variance_of(&terms[i]);
	}
	grid->smooth = decay >= DECAY_MOST;
	grid->stretch = sqrt(1 + added * grid->cell * grid->cell / variance);
	grid->at_most = grid_probabilities(cells, count, n, (int64) fmod(rint(grid->start / grid->cell), n));
	pfree(cells);
	return grid;
}

/* The probability that what the grid is of is x or less */
static double
grid_at_most(const Grid *grid, int128 x)
{
	double		place;
	int			cell;
	double		below;

	if (grid->unit != 0)
	{
		int128		cells = (x - grid->first) / grid->unit;

		if (x < grid->first)
			return 0;
		return grid->at_most[Min(cells, grid->cells - 1)];
	}
	if (grid->smooth)
		place = (grid->mean + ((double) x - grid->mean) * grid->stretch - grid->start) / grid->cell + 0.5;
	else
		place = ((double) x - grid->start) / grid->cell + 1e-9;	/* on a cell is in it */
	if (place < 0)
		return 0;
	if (place >= grid->cells)
		return 1;
	cell = (int) place;
	if (!grid->smooth)
		return grid->at_most[cell];
	/* between cells: a cell's probability is spread over it */
	below = cell == 0 ? 0 : grid->at_most[cell - 1];
	return below + (grid->at_most[cell] - below) * (place - cell);
}

/*
 * Totals
 */

static void
cumulate(Total *total)
{
	double		sum = 0;

	total->at_most = palloc(sizeof(double) * total->count);
	for (int i = 0; i < total->count; i++)
	{
		sum += total->points[i].weight;
		total->at_most[i] = sum;
	}
	total->at_most[total->count - 1] = 1;
}

/* The grid of all of the terms but those that are taken out into points */
static void
make_grid(Total *total, TotalTerm *terms, int count)
{
	int			alone = 0;

	qsort(terms, count, sizeof(TotalTerm), compare_decay);
	total->grid = grid_of_units(terms, count);
	if (total->grid != NULL)
		return;
	qsort(terms, count, sizeof(TotalTerm), compare_amounts);
	alone = terms_alone(terms, count);
	list_sums(total, terms, alone);
	terms += alone;
	count -= alone;
	qsort(terms, count, sizeof(TotalTerm), compare_decay);
	if (alone > 0 && count > 0)
		total->grid = grid_of_units(terms, count);
	if (total->grid == NULL && count > 0)
		total->grid = grid_of_cells(terms, count);
}

Total *
total_make(TotalTerm *terms, int count)
{
	Total	   *total = palloc0(sizeof(Total));

	total->lowest = take_certain(terms, &count);
	total->highest = total->lowest;
	for (int i = 0; i < count; i++)
		total->highest += terms[i].amount * terms[i].count;
	total->count = 1;
	total->points = palloc(sizeof(Point));
	total->points[0].value = total->lowest;
	total->points[0].weight = 1;
	if (is_short(terms, count))
		list_sums(total, terms, count);
	else
		make_grid(total, terms, count);
	if (total->grid == NULL)
		cumulate(total);
	return total;
}

int128
total_lowest(const Total *total)
{
	return total->lowest;
}

int128
total_highest(const Total *total)
{
	return total->highest;
}

double
total_at_most(const Total *total, int128 x)
{
	double		sum = 0;

	if (x < total->lowest)
		return 0;
	if (x >= total->highest)
		return 1;
	if (total->grid == NULL)
	{
		int			low = 0;
		int			high = total->count;	/* of the first "high" points none is known to be above x */

		while (low < high)
		{
			int			middle = (low + high) / 2;

			if (total->points[middle].value <= x)
				low = middle + 1;
			else
				high = middle;
		}
		return low == 0 ? 0 : total->at_most[low - 1];
	}
	for (int i = 0; i < total->count && total->points[i].value <= x; i++)
		sum += total->points[i].weight * grid_at_most(total->grid, x - total->points[i].value);
	return Min(sum, 1);
}

int128
total_percentile(const Total *total, double f)
{
	int128		low = total->lowest;
	int128		high = total->highest;

	while (low < high)
	{
		int128		middle = low + (high - low) / 2;

		if (total_at_most(total, middle) >= f - PERCENTILE_SLACK)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}
