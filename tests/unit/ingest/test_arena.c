// test_arena.c - bounds, undoing, and that what is taken stays whole.
#include "arena.h"
#include "cmocka_all.h"

#include <string.h>

static void
bounds_each_message(void **state)
{
    (void)state;
    struct arena *arena = arena_new(1000);
    arena_begin(arena);
    assert_non_null(arena_take(arena, 600));
    assert_null(arena_take(arena, 600));
    assert_null(arena_take(arena, SIZE_MAX));
    assert_non_null(arena_take(arena, 300));
    arena_begin(arena);
    assert_non_null(arena_take(arena, 1000));
    assert_null(arena_take(arena, 1));
    arena_destroy(&arena);
    assert_null(arena);
    arena_destroy(&arena);
}

static void
undoes_one_message(void **state)
{
    (void)state;
    struct arena *arena = arena_new(4 << 20);
    arena_begin(arena);
    char *kept = arena_take(arena, 100);
    memset(kept, 'k', 100);
    size_t used = arena_used(arena);
    for (int i = 0; i < 10; i++) {
        arena_begin(arena);
        for (int j = 0; j < 100; j++) {
            void *memory = arena_take(arena, 10000);
            assert_non_null(memory);
            memset(memory, 'x', 10000);
        }
        void *large = arena_take(arena, 2 << 20);
        assert_non_null(large);
        memset(large, 'y', 2 << 20);
        arena_undo(arena);
        assert_int_equal(arena_used(arena), used);
    }
    for (int i = 0; i < 100; i++)
        assert_int_equal(kept[i], 'k');
    arena_clear(arena);
    assert_int_equal(arena_used(arena), 0);
    arena_destroy(&arena);
}

// Pieces of all sizes: aligned, apart from each other, over many chunks and rounds.
static void
keeps_pieces_apart(void **state)
{
    (void)state;
    enum { PIECES = 3000 };
    struct arena *arena = arena_new(64 << 20);
    static uint8_t *pieces[PIECES];
    for (int round = 0; round < 3; round++) {
        arena_begin(arena);
        for (size_t i = 0; i < PIECES; i++) {
            size_t size = i * 7 % 1000;
            pieces[i] = arena_take(arena, size);
            assert_non_null(pieces[i]);
            assert_int_equal((uintptr_t)pieces[i] % _Alignof(max_align_t), 0);
            memset(pieces[i], (int)(i & 0xff), size);
        }
        for (size_t i = 0; i < PIECES; i++)
            for (size_t b = 0; b < i * 7 % 1000; b++)
                assert_int_equal(pieces[i][b], i & 0xff);
        arena_clear(arena);
    }
    arena_destroy(&arena);
}

static void
serves_protobuf_c(void **state)
{
    (void)state;
    struct arena *arena = arena_new(100);
    ProtobufCAllocator *allocator = arena_allocator(arena);
    void *memory = allocator->alloc(allocator->allocator_data, 100);
    assert_non_null(memory);
    assert_null(allocator->alloc(allocator->allocator_data, 1));
    allocator->free(allocator->allocator_data, memory);
    assert_in_range(arena_used(arena), 100, 128);
    arena_destroy(&arena);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bounds_each_message),
        cmocka_unit_test(undoes_one_message),
        cmocka_unit_test(keeps_pieces_apart),
        cmocka_unit_test(serves_protobuf_c),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
