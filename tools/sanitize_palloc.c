/*
 * sanitize_palloc.c
 *		Makes palloc'd memory visible to AddressSanitizer; only "make test-sanitize" links it.
 *
 * PostgreSQL cuts chunks from large blocks, so a read behind the end of a
 * chunk lands in its neighbour and AddressSanitizer sees nothing. Here the
 * extension's calls of palloc and its kin (the linker's --wrap sends them
 * here) take each chunk from malloc, with a poisoned header before it. Values
 * that pg_detoast_datum and its kin return are copied into such chunks too, so
 * that a reader of summaries can't run off a summary's end unseen. What the
 * server allocates for itself stays as it was.
 *
 * Such a chunk belongs to a small context that is a child of the one it was
 * asked for. Its methods serve pfree and repalloc wherever they are called.
 * When the asked-for context is reset or deleted, its children go first,
 * but its callbacks may still look at their memory: so the chunks are
 * freed by a callback, registered before all others and therefore called last.
 *
 * Rests on a chunk being preceded by a pointer to its context, which is so
 * up to PostgreSQL 15. (Since 16 it is preceded by a number out of a fixed table.)
 *
 * This file itself is compiled without AddressSanitizer: it reads poisoned headers.
 */
#include "postgres.h"

#include "fmgr.h"
#include "nodes/memnodes.h"
#include "utils/memutils.h"

#if PG_VERSION_NUM >= 160000
#error "sanitize_palloc.c knows memory contexts up to PostgreSQL 15 only"
#endif

/* <sanitizer/asan_interface.h> */
extern void __asan_poison_memory_region(void const volatile *start, size_t size);
extern void __asan_unpoison_memory_region(void const volatile *start, size_t size);

typedef struct Chunk
{
	struct Chunk *previous;
	struct Chunk *next;
	Size		size;
	MemoryContext context;		/* must come right before the data */
}			Chunk;

typedef struct CheckedContext
{
	MemoryContextData header;	/* standard fields */
	Chunk		chunks;			/* head of the ring of chunks */
	MemoryContextCallback release;	/* on the context it stands for */
}			CheckedContext;

#define chunk_of(pointer) ((Chunk *) ((char *) (pointer) - sizeof(Chunk)))
#define data_of(chunk) ((void *) ((char *) (chunk) + sizeof(Chunk)))

StaticAssertDecl(sizeof(Chunk) == MAXALIGN(sizeof(Chunk)), "data must be aligned");

static void *
checked_alloc(MemoryContext context, Size size)
{
	CheckedContext *checked = (CheckedContext *) context;
	Chunk	   *chunk = malloc(sizeof(Chunk) + size);

	if (chunk == NULL)
		return NULL;
	chunk->size = size;
	chunk->context = context;
	chunk->previous = &checked->chunks;
	chunk->next = checked->chunks.next;
	chunk->next->previous = chunk;
	checked->chunks.next = chunk;
	context->mem_allocated += sizeof(Chunk) + size;
	__asan_poison_memory_region(chunk, sizeof(Chunk));
	return data_of(chunk);
}

static void
checked_free(MemoryContext context, void *pointer)
{
	Chunk	   *chunk = chunk_of(pointer);

	chunk->previous->next = chunk->next;
	chunk->next->previous = chunk->previous;
	context->mem_allocated -= sizeof(Chunk) + chunk->size;
	__asan_unpoison_memory_region(chunk, sizeof(Chunk));
	free(chunk);
}

/* Always moves, so that a pointer kept from before is caught. */
static void *
checked_realloc(MemoryContext context, void *pointer, Size size)
{
	void	   *moved = checked_alloc(context, size);

	if (moved == NULL)
		return NULL;
	memcpy(moved, pointer, Min(size, chunk_of(pointer)->size));
	checked_free(context, pointer);
	return moved;
}

static void
checked_reset(MemoryContext context)
{
	CheckedContext *checked = (CheckedContext *) context;

	while (checked->chunks.next != &checked->chunks)
		checked_free(context, data_of(checked->chunks.next));
}

static void
checked_delete(MemoryContext context)
{
	/* release() does it */
}

static Size
checked_chunk_space(MemoryContext context, void *pointer)
{
	return sizeof(Chunk) + chunk_of(pointer)->size;
}

static bool
checked_is_empty(MemoryContext context)
{
	CheckedContext *checked = (CheckedContext *) context;

	return checked->chunks.next == &checked->chunks;
}

static void
checked_stats(MemoryContext context, MemoryStatsPrintFunc print, void *passthru,
			  MemoryContextCounters *totals
#if PG_VERSION_NUM >= 140000
			  ,bool print_to_stderr
#endif
)
{
	if (totals)
		totals->totalspace += context->mem_allocated;
}

static const MemoryContextMethods methods = {
	checked_alloc, checked_free, checked_realloc, checked_reset, checked_delete,
	checked_chunk_space, checked_is_empty, checked_stats
};

static void
release(void *arg)
{
	checked_reset(arg);
	free(arg);
}

/* The context of checked chunks that stands for this one. */
static MemoryContext
checked(MemoryContext context)
{
	CheckedContext *new;

	if (context->methods == &methods)
		return context;
	for (MemoryContext child = context->firstchild; child != NULL; child = child->nextchild)
		if (child->methods == &methods)
			return child;

	new = calloc(1, sizeof(CheckedContext));
	if (new == NULL)
		elog(ERROR, "out of memory");
	new->chunks.next = new->chunks.previous = &new->chunks;
	MemoryContextCreate(&new->header, T_AllocSetContext, &methods, context, "checked chunks");
	new->release.func = release;
	new->release.arg = new;
	MemoryContextRegisterResetCallback(context, &new->release);
	return &new->header;
}

/* The server's own functions go by these names in an object linked with --wrap. */
extern struct varlena *__real_pg_detoast_datum(struct varlena *datum);
extern struct varlena *__real_pg_detoast_datum_packed(struct varlena *datum);
extern void *__real_MemoryContextAlloc(MemoryContext context, Size size);
extern void *__real_MemoryContextAllocZero(MemoryContext context, Size size);
extern void *__real_MemoryContextAllocExtended(MemoryContext context, Size size, int flags);
extern void *__real_MemoryContextAllocHuge(MemoryContext context, Size size);

/* A copy in a chunk that ends where the value does. */
static struct varlena *
checked_copy(struct varlena *value)
{
	Size		size = VARSIZE_ANY(value);

	return memcpy(__real_MemoryContextAllocHuge(checked(CurrentMemoryContext), size), value, size);
}

extern void *__wrap_palloc(Size size);
extern void *__wrap_palloc0(Size size);
extern void *__wrap_palloc_extended(Size size, int flags);
extern char *__wrap_pstrdup(const char *string);
extern void *__wrap_MemoryContextAlloc(MemoryContext context, Size size);
extern void *__wrap_MemoryContextAllocZero(MemoryContext context, Size size);
extern void *__wrap_MemoryContextAllocZeroAligned(MemoryContext context, Size size);
extern void *__wrap_MemoryContextAllocExtended(MemoryContext context, Size size, int flags);
extern void *__wrap_MemoryContextAllocHuge(MemoryContext context, Size size);
extern struct varlena *__wrap_pg_detoast_datum(struct varlena *datum);
extern struct varlena *__wrap_pg_detoast_datum_copy(struct varlena *datum);
extern struct varlena *__wrap_pg_detoast_datum_packed(struct varlena *datum);

void *
__wrap_palloc(Size size)
{
	return __real_MemoryContextAlloc(checked(CurrentMemoryContext), size);
}

void *
__wrap_palloc0(Size size)
{
	return __real_MemoryContextAllocZero(checked(CurrentMemoryContext), size);
}

void *
__wrap_palloc_extended(Size size, int flags)
{
	return __real_MemoryContextAllocExtended(checked(CurrentMemoryContext), size, flags);
}

char *
__wrap_pstrdup(const char *string)
{
	return MemoryContextStrdup(checked(CurrentMemoryContext), string);
}

void *
__wrap_MemoryContextAlloc(MemoryContext context, Size size)
{
	return __real_MemoryContextAlloc(checked(context), size);
}

void *
__wrap_MemoryContextAllocZero(MemoryContext context, Size size)
{
	return __real_MemoryContextAllocZero(checked(context), size);
}

void *
__wrap_MemoryContextAllocZeroAligned(MemoryContext context, Size size)
{
	return __real_MemoryContextAllocZero(checked(context), size);
}

void *
__wrap_MemoryContextAllocExtended(MemoryContext context, Size size, int flags)
{
	return __real_MemoryContextAllocExtended(checked(context), size, flags);
}

void *
__wrap_MemoryContextAllocHuge(MemoryContext context, Size size)
{
	return __real_MemoryContextAllocHuge(checked(context), size);
}

struct varlena *
__wrap_pg_detoast_datum(struct varlena *datum)
{
	return checked_copy(__real_pg_detoast_datum(datum));
}

struct varlena *
__wrap_pg_detoast_datum_copy(struct varlena *datum)
{
	return checked_copy(__real_pg_detoast_datum(datum));
}

struct varlena *
__wrap_pg_detoast_datum_packed(struct varlena *datum)
{
	return checked_copy(__real_pg_detoast_datum_packed(datum));
}
