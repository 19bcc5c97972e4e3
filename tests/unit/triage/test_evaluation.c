// test_evaluation.c - evaluation.h and calibration.h, by examples that were counted by hand.
#include "calibration.h"
#include "check.h"
#include "cmocka_all.h"
#include "evaluation.h"

#include <math.h>

static void
is_near(double got, double want)
{
    if (fabs(got - want) > 1e-6)
        fail_msg("%.8f instead of %.8f", got, want);
}

static void
counts_what_it_says(void **state)
{
    static const struct {
        size_t label;
        float p[4];
    } examples[] = {
        {0, {0.7F, 0.1F, 0.1F, 0.1F}},     // right
        {0, {0.2F, 0.6F, 0.1F, 0.1F}},     // wrong, second
        {1, {0.05F, 0.85F, 0.05F, 0.05F}}, // right
        {2, {0.4F, 0.3F, 0.1F, 0.2F}},     // wrong, fourth
    };
    struct evaluation *evaluation = evaluation_new(4);
    struct evaluation_figures figures;

    (void)state;
    for (size_t i = 0; i < LENGTH(examples); i++)
        evaluation_add(evaluation, examples[i].label, examples[i].p);
    evaluation_figures(evaluation, &figures);
    assert_int_equal(figures.examples, 4);
    assert_int_equal(figures.labels, 3);
    is_near(figures.accuracy, 0.5);
    is_near(figures.top3, 0.75);
    is_near(figures.baseline, 0.5);
    // F1: label 0: 2 * 1 / (2 true + 2 said); label 1: 2 * 1 / (1 + 2); label 2: 0; label 3 has no example.
    is_near(figures.macro_f1, (0.5 + 2.0 / 3 + 0) / 3);
    // Bins: 0.4 wrong, 0.6 wrong, 0.7 right, 0.85 right.
    is_near(figures.calibration, (0.4 + 0.6 + 0.3 + 0.15) / 4);
    assert_int_equal(evaluation_confusion(evaluation, 0, 1), 1);
    assert_int_equal(evaluation_confusion(evaluation, 2, 0), 1);
    evaluation_destroy(&evaluation);
}

static void
says_nothing_of_nothing(void **state)
{
    struct evaluation *evaluation = evaluation_new(2);
    struct evaluation_figures figures;

    (void)state;
    evaluation_figures(evaluation, &figures);
    assert_int_equal(figures.examples, 0);
    is_near(figures.accuracy, 0);
    evaluation_destroy(&evaluation);
}

// Labels that are drawn with the probabilities of a known slope give that slope back.
static void
finds_the_slope(void **state)
{
    enum { EXAMPLES = 1000 };
    static float scores[EXAMPLES * 2];
    static size_t labels[EXAMPLES];
    float slope = 0;

    (void)state;
    // One score ahead by 1: under slope 2 it is right in 1 / (1 + exp(-2)) = 88.08 % of the cases.
    for (size_t i = 0; i < EXAMPLES; i++) {
        scores[i * 2] = 1;
        labels[i] = i < 881 ? 0 : 1;
    }
    slope = calibration_slope(scores, labels, NULL, EXAMPLES, 2);
    assert_true(fabsf(slope - 2) < 0.02F);
    calibration_apply(slope, scores, 2);
    assert_true(fabsf(scores[0] - 0.881F) < 0.001F);
    assert_true(fabsf(scores[0] + scores[1] - 1) < 1e-6F);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_what_it_says),
        cmocka_unit_test(says_nothing_of_nothing),
        cmocka_unit_test(finds_the_slope),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
