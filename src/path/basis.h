/*
 * basis.h
 *		Of rows that satisfy steps in any order, the latest that can be matched to
 *		different steps: a basis of the transversal matroid, of greatest weight where
 *		later weighs more (Edmonds and Fulkerson 1965).
 *
 * For any window that ends now, the rows of it that are in the basis are the most
 * that can be matched. A new row either enlarges it or takes the place of the
 * oldest row of the circuit that it closes.
 */
#ifndef FUNNEL_BASIS_H
#define FUNNEL_BASIS_H

#include "base/compat.h"

#define BASIS_STEPS		32		/* at most */

typedef struct Basis
{
	int			rows;
	int64		at[BASIS_STEPS];
	uint64		mask[BASIS_STEPS];	/* a bit for each step that the row satisfies */
	int			step_of[BASIS_STEPS];
	int			row_of[BASIS_STEPS];	/* by step; -1: none */
}			Basis;

extern void basis_clear(Basis *basis, int steps);

/* A new row, not older than any: it enlarges the basis or takes the oldest place that it can. */
extern void basis_add(Basis *basis, int64 at, uint64 mask);

/*
 * The times of the rows of the basis from "since" on, in order, as a chain whose
 * first row may begin one; how many they are. Beginners: the basis of the rows
 * that may, the last of which came at begin_at. Where all rows came after those,
 * the best of the beginners is put among them: whatever another could stand in
 * for, a row of their basis can, and is no older.
 */
extern int	basis_window(const Basis *basis, const Basis *beginners, int64 begin_at, int64 since, int64 *times);

#endif							/* FUNNEL_BASIS_H */
