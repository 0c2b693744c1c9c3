"""Proofs for the chapter learning-basics."""

from __future__ import annotations

from quizprep.citations import BISHOP, DEEP_LEARNING, STATISTICAL_LEARNING
from quizprep.lazy import torch
from quizprep.picture import curve
from quizprep.proofs import claim, mistake, proof, step, symbol


@proof(
    "one-step-of-learning",
    title="One step of learning",
    statement=(
        "Data, model, loss and optimiser: predict with w·x, measure the squared error, move w against its gradient."
    ),
    symbols={
        "x": symbol("vector[n]", "inputs"),
        "y": symbol("vector[n]", "targets"),
        "w": symbol("real", "weight of the model w·x"),
        "eta": symbol("positive in 0.001..1", "learning rate", aliases=["η", "lr"]),
    },
    steps={
        "predictions": step("w x"),
        "errors": step("predictions - y"),
        "gradient": step("2 mean(errors * x)", aliases=["g"]),
        "updated": step("w - eta gradient"),
        "loss": step("mean(errors^2)", aliases=["L"]),
        "loss_after": step("mean((updated x - y)^2)"),
    },
    result="updated",
    source=f"{DEEP_LEARNING}, sections 5.1 and 4.3",
    mistakes=[
        mistake("uphill", "w + eta gradient", "The step goes uphill: the gradient must be subtracted."),
        mistake("rate-forgotten", "w - gradient", "The learning rate is missing."),
        mistake("loss-subtracted", "w - eta loss", "The loss itself is subtracted; its gradient belongs here."),
        mistake(
            "inputs-forgotten", "w - 2 eta mean(errors)", "By the chain rule each error is multiplied by its input."
        ),
        mistake("summed", "w - 2 eta sum(errors * x)", "The mean squared error averages over the samples."),
    ],
    gradients=["w"],
)
def one_step_of_learning(x, y, w, eta):
    predictions = w * x
    errors = predictions - y
    gradient = 2 * (errors * x).mean()
    updated = w - eta * gradient
    return {
        "predictions": predictions,
        "errors": errors,
        "gradient": gradient,
        "updated": updated,
        "loss": errors.square().mean(),
        "loss_after": (updated * x - y).square().mean(),
    }


@one_step_of_learning.oracle("autograd", "torch.func.grad of torch.nn.functional.mse_loss")
def _(x, y, w, eta):
    gradient = torch.func.grad(lambda weight: torch.nn.functional.mse_loss(weight * x, y))(w)
    return {"gradient": gradient, "updated": w - eta * gradient}


@one_step_of_learning.oracle("closed-form", "the loss as a parabola in w, by its values at w and w ± 1", tolerance=1e-8)
def _(x, y, w, eta):
    above, below = ((weight * x - y).square().mean() for weight in (w + 1, w - 1))
    return w - eta * (above - below) / 2


@proof(
    "training-one-weight",
    title="Data, model, loss, optimiser",
    statement="Gradient descent on the mean squared error of w·x brings w geometrically from 0 to the true slope a.",
    symbols={
        "a": symbol("real", "true slope: the data are y = a·x"),
        "q": symbol("positive in 0.5..8", "mean square of the inputs"),
        "eta": symbol("positive in 0.001..0.1", "learning rate", aliases=["η", "lr"]),
        "t": symbol("count in 0..40", "number of steps"),
    },
    steps={
        "factor": step("1 - 2 eta q"),
        "w": step("a (1 - factor^t)"),
        "loss": step("q (a - w)^2"),
    },
    result="w",
    source=f"{DEEP_LEARNING}, sections 5.10 and 7.8",
    mistakes=[
        mistake("remaining-distance", "a factor^t", "That is how far w still is from a."),
        mistake(
            "straight-line",
            "a t (1 - factor)",
            "The steps shrink as the error shrinks; they are not all as large as the first.",
        ),
        mistake("two-forgotten", "a (1 - (1 - eta q)^t)", "The derivative of the square brings a factor 2."),
        mistake(
            "already-there", "a", "Gradient descent approaches the minimum, it is not there after finitely many steps."
        ),
    ],
    picture=curve("t", 0, 40, "loss", "w"),
)
def training_one_weight(a, q, eta, t):
    factor = 1 - 2 * eta * q
    w = a * (1 - factor**t)
    return {"factor": factor, "w": w, "loss": q * (a - w) ** 2}


@training_one_weight.oracle("autograd", "a loop with torch.func.grad", samples=24)
def _(a, q, eta, t):
    x = torch.stack([q.sqrt(), -q.sqrt()])
    loss = torch.func.grad_and_value(lambda weight: torch.nn.functional.mse_loss(weight * x, a * x))
    weight = torch.zeros(())
    for _ in range(int(t)):
        weight = weight - eta * loss(weight)[0]
    return {"w": weight, "loss": loss(weight)[1]}


@proof(
    "only-the-update-learns",
    title="Only the update learns",
    statement=(
        "Forward passes change no weight, and the backward pass changes none either; the optimiser's update does."
    ),
    symbols={},
    steps={
        "after_forward": step(note="change of the weights after 100 forward passes"),
        "after_backward": step(note="change of the weights after a backward pass"),
        "after_update": step(note="change of the weights after one update", within=(0.012, 1.2)),
        "loss_before": step(note="loss before the update", within=(0, 23)),
        "loss_after": step(note="loss after the update", within=(0, 18)),
        "loss_trained": step(note="loss after 200 updates"),
    },
    source=f"{DEEP_LEARNING}, sections 6.5 and 8.1",
    claims=[
        claim("after_forward == 0 and after_backward == 0", "Computing outputs and gradients changes no weight."),
        claim("after_update > 0.001 and loss_after < loss_before", "The update does, and lowers the loss."),
        claim("loss_trained < 1e-6 * loss_before", "Many updates fit the targets."),
    ],
    mistakes=[
        mistake("forward-passes-learn", "after_forward > 0", "A forward pass only computes an output."),
        mistake("backward-pass-learns", "after_backward > 0", "The backward pass only computes gradients."),
    ],
)
def only_the_update_learns(random):
    x, target = random.normal(64, 3), random.normal(3)
    y, start = x @ target, random.normal(1, 3)  # free: any start
    model = torch.nn.Linear(3, 1, bias=False)
    model.weight.data = start.clone()
    optimiser = torch.optim.SGD(model.parameters(), lr=0.05)

    def loss():
        return (model(x).squeeze(1) - y).square().mean()

    def change():
        return (model.weight.detach() - start).abs().max()

    for _ in range(100):
        loss_before = loss()
    after_forward = change()
    loss_before.backward()
    after_backward = change()
    optimiser.step()
    after_update, loss_after = change(), loss().detach()
    for _ in range(199):
        optimiser.zero_grad()
        loss().backward()
        optimiser.step()
    return {
        "after_forward": after_forward,
        "after_backward": after_backward,
        "after_update": after_update,
        "loss_before": loss_before.detach(),
        "loss_after": loss_after,
        "loss_trained": loss().detach(),
    }


@proof(
    "class-and-value",
    title="Two answers to one input",
    statement=(
        "From the same two examples a classifier answers with the nearer class, a regression with a value on the line."
    ),
    symbols={
        "a": symbol("real in 0..4", "input of the first example"),
        "b": symbol("real in 5..9", "input of the second example"),
        "u": symbol("real", "target value of the first example"),
        "v": symbol("real", "target value of the second example"),
        "x": symbol("real in 0..9", "new input"),
    },
    steps={
        "slope": step("(v - u) / (b - a)"),
        "value": step("u + slope (x - a)"),
        "second_class": step("1[abs(x - b) < abs(x - a)]"),
    },
    result="value",
    source=f"{BISHOP}, chapter 1 (introduction) and section 3.1",
    mistakes=[
        mistake(
            "nearest-target",
            "u if abs(x - a) < abs(x - b) else v",
            "That copies the nearer example, as a classifier does; a regression interpolates.",
        ),
        mistake("middle", "(u + v) / 2", "That is the mean target, whatever the input."),
        mistake("wrong-end", "v + slope (x - a)", "The line must start at the first example's target."),
        mistake("upside-down", "u + (b - a) / (v - u) * (x - a)", "The slope is upside down."),
    ],
)
def class_and_value(a, b, u, v, x):
    slope = (v - u) / (b - a)
    return {"slope": slope, "value": u + slope * (x - a), "second_class": ((x - b).abs() < (x - a).abs()) + 0.0}


@class_and_value.oracle("operator", "torch.linalg.lstsq, torch.cdist")
def _(a, b, u, v, x):
    inputs = torch.stack([a, b]).unsqueeze(1)
    line = torch.linalg.lstsq(torch.cat([torch.ones(2, 1), inputs], dim=1), torch.stack([u, v]).unsqueeze(1)).solution
    nearest = torch.cdist(x.view(1, 1), inputs).argmin()
    return {"value": line[0, 0] + line[1, 0] * x, "second_class": nearest + 0.0}


@proof(
    "kinds-of-output",
    title="How many different outputs",
    statement="Over 1001 inputs a two-class classifier gives two different answers, a regression 1001.",
    symbols={},
    steps={
        "classes": step(note="different outputs of the nearest-mean classifier", within=(2, 2)),
        "values": step(note="different outputs of least squares", within=(1001, 1001)),
    },
    source=f"{BISHOP}, chapter 1 (introduction)",
    claims=[
        claim("classes == 2", "A classifier chooses from finitely many classes."),
        claim("values == 1001", "A regression answers with a number of a continuous range."),
    ],
    mistakes=[
        mistake(
            "regression-is-fine-classification",
            "values == classes",
            "More classes do not make a regression: classes have no order and no distance.",
        ),
    ],
)
def kinds_of_output(random):
    groups = torch.arange(60) % 2
    x = random.normal(60) + 4 * groups
    y = 2 * x + random.normal(60)
    means = torch.stack([x[groups == 0].mean(), x[groups == 1].mean()])
    inputs = torch.linspace(-3, 7, 1001)
    classes = (inputs.unsqueeze(1) - means).abs().argmin(dim=1)
    features = torch.stack([torch.ones(60), x], dim=1)
    line = torch.linalg.lstsq(features, y.unsqueeze(1)).solution.squeeze(1)
    return {
        "classes": torch.tensor(classes.unique().numel() + 0.0),
        "values": torch.tensor((line[0] + line[1] * inputs).unique().numel() + 0.0),
    }


@proof(
    "loss-of-a-wrong-class",
    title="Class numbers carry no distance",
    statement=(
        "Cross-entropy costs the same whichever wrong class is preferred; a squared error of class numbers does not."
    ),
    symbols={
        "t": symbol("count in 0..9", "number of the true class"),
        "j": symbol("count in 0..9", "number of a wrong class"),
        "k": symbol("count in 0..9", "number of another wrong class"),
        "q": symbol(
            "open-probability in 0.05..0.95",
            "probability given to the wrong class; the other nine share the rest evenly",
        ),
    },
    where=["t != j", "t != k"],
    steps={
        "p_true": step("(1 - q) / 9"),
        "loss_j": step("-log(p_true)"),
        "loss_k": step("-log(p_true)"),
        "squared_j": step("(j - t)^2"),
        "squared_k": step("(k - t)^2"),
    },
    result="loss_j",
    source=f"{BISHOP}, section 4.3.4",
    mistakes=[
        mistake("probability-of-the-wrong-class", "-log(q)", "The loss looks at the probability of the true class."),
        mistake("not-shared", "-log(1 - q)", "The rest is shared by nine classes; the true one gets a ninth of it."),
        mistake("squared-numbers", "(j - t)^2", "Class numbers are names; their difference means nothing."),
        mistake("bits", "-log2(p_true)", "That is the loss in bits; the natural logarithm is meant."),
    ],
    claims=[claim("abs(loss_j - loss_k) < 1e-9", "The loss is the same for every wrong class.")],
)
def loss_of_a_wrong_class(t, j, k, q):
    p_true = (1 - q) / 9
    return {
        "p_true": p_true,
        "loss_j": -p_true.log(),
        "loss_k": -p_true.log(),
        "squared_j": (j - t) ** 2,
        "squared_k": (k - t) ** 2,
    }


@loss_of_a_wrong_class.oracle("operator", "torch.nn.functional.cross_entropy, torch.nn.functional.mse_loss")
def _(t, j, k, q):
    def losses(wrong):
        probabilities = torch.where(torch.arange(10) == wrong, q, (1 - q) / 9)
        return torch.nn.functional.cross_entropy(probabilities.log(), t.long()), torch.nn.functional.mse_loss(wrong, t)

    (loss_j, squared_j), (loss_k, squared_k) = losses(j), losses(k)
    return {"loss_j": loss_j, "loss_k": loss_k, "squared_j": squared_j, "squared_k": squared_k}


@proof(
    "xor-needs-a-hidden-layer",
    title="XOR: rule, feature or hidden layer",
    statement="No linear rule on the two inputs gets XOR right; a hand-made product feature or a hidden layer does.",
    symbols={},
    steps={
        "linear": step(note="most rows that a linear rule gets right (grid over its weights)", within=(3, 3)),
        "with_product": step(note="the same with the product as a third input", within=(4, 4)),
        "network": step(
            note="rows that a 2-16-1 tanh network gets right, trained from random weights on the raw inputs",
            within=(4, 4),
        ),
    },
    source=f"{DEEP_LEARNING}, section 6.1",
    claims=[
        claim("linear == 3", "A linear rule gets three of four rows right at best."),
        claim("with_product == 4 and network == 4", "A product feature or a trained hidden layer gets all four."),
    ],
    mistakes=[
        mistake("the-rule-is-enough", "linear == 4", "A line cuts off one corner, not two opposite ones."),
    ],
)
def xor_needs_a_hidden_layer(random):
    inputs = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    xor = torch.tensor([0, 1, 1, 0])
    grid = torch.arange(-2, 2.25, 0.5)

    def best(features):
        weights = torch.cartesian_prod(*[grid] * (features.shape[1] + 1))
        scores = weights[:, :-1] @ features.T + weights[:, -1:]
        return ((scores > 0).long() == xor).sum(dim=1).max()

    product = inputs.prod(dim=1, keepdim=True)
    weights, bias, last, offset = 2 * random.normal(2, 16), random.normal(16), random.normal(16) / 4, torch.zeros(())
    for _ in range(1500):  # gradient descent on half the mean squared error
        hidden = torch.tanh(inputs @ weights + bias)
        error = (hidden @ last + offset - xor) / 4
        slopes = error[:, None] * last * (1 - hidden**2)
        weights, bias = weights - 0.2 * inputs.T @ slopes, bias - 0.2 * slopes.sum(dim=0)
        last, offset = last - 0.2 * hidden.T @ error, offset - 0.2 * error.sum()
    output = torch.tanh(inputs @ weights + bias) @ last + offset
    return {
        "linear": best(inputs) + 0.0,
        "with_product": best(torch.cat([inputs, product], dim=1)) + 0.0,
        "network": ((output > 0.5).long() == xor).sum() + 0.0,
    }


@proof(
    "numbers-out-of-a-model",
    title="What comes out of which model",
    statement=(
        "From one image of H × W pixels a classifier gives K scores, a segmentation network K a pixel, an autoencoder "
        "the three colours again."
    ),
    symbols={
        "K": symbol("positive-count in 2..50", "classes"),
        "H": symbol("positive-count in 1..64", "height of the image in pixels"),
        "W": symbol("positive-count in 1..64", "width of the image in pixels"),
    },
    steps={
        "classifier": step("K"),
        "segmentation": step("K H W"),
        "autoencoder": step("3 H W"),
    },
    result="segmentation",
    source=f"{DEEP_LEARNING}, sections 5.1.1, 9.6 and 14.1",
    mistakes=[
        mistake("one-answer-for-the-image", "K", "That is a classifier: one answer for the whole image."),
        mistake("an-image-again", "3 H W", "That is an autoencoder: it gives back the three colours of every pixel."),
        mistake("classes-added", "K + H W", "Every pixel has K scores of its own, so the numbers multiply."),
    ],
)
def numbers_out_of_a_model(K, H, W):
    return {"classifier": 1 * K, "segmentation": K * H * W, "autoencoder": 3 * H * W}


@numbers_out_of_a_model.oracle("operator", "torch.nn.Linear, torch.nn.Conv2d (meta device)", samples=12)
def _(K, H, W):
    image = torch.zeros(1, 3, int(H), int(W), device="meta")
    heads = {
        "classifier": torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(image.numel(), int(K), device="meta")),
        "segmentation": torch.nn.Conv2d(3, int(K), 3, padding=1, device="meta"),
        "autoencoder": torch.nn.Conv2d(3, 3, 3, padding=1, device="meta"),
    }
    return {name: head(image).numel() + 0.0 for name, head in heads.items()}


@proof(
    "small-and-large-models",
    title="Little data, much data",
    statement=(
        "Every parameter costs s/n of expected error: with little data the small model wins in spite of its bias b, "
        "with much data the large one."
    ),
    symbols={
        "n": symbol("positive-count in 3..80", "training samples"),
        "p": symbol("positive-count in 1..5", "parameters of the small model"),
        "q": symbol("positive-count in 2..19", "parameters of the large model, which has no bias"),
        "b": symbol("positive in 0.05..2", "squared bias of the small model"),
        "s": symbol("positive in 0.1..5", "variance of the noise"),
    },
    where=["p < q", "q <= n"],
    steps={
        "small": step("b + s p / n"),
        "large": step("s q / n"),
        "crossing": step("s (q - p) / b"),
    },
    result="crossing",
    source=f"{STATISTICAL_LEARNING}, section 7.3 (equation 7.12)",
    mistakes=[
        mistake("bias-forgotten", "s (q - p)", "The smaller the bias, the later the large model overtakes."),
        mistake("parameters-of-the-large", "s q / b", "The small model has parameters, too; only the surplus counts."),
        mistake("upside-down", "b / (s (q - p))", "More noise makes it later, a larger bias earlier."),
    ],
)
def small_and_large_models(n, p, q, b, s):
    return {"small": b + s * p / n, "large": s * q / n, "crossing": s * (q - p) / b}


@small_and_large_models.oracle("operator", "trace of the hat matrix (torch.linalg.pinv)", samples=16)
def _(n, p, q, b, s):
    def variance(parameters):
        powers = torch.arange(1, int(n) + 1).unsqueeze(1) * torch.arange(int(parameters)) * torch.pi / (int(n) + 1)
        inputs = torch.cos(powers)
        return s * (inputs @ torch.linalg.pinv(inputs)).trace() / n

    return {"small": b + variance(p), "large": variance(q)}


@small_and_large_models.oracle("brute-force", "halving the interval in which the errors meet", tolerance=1e-8)
def _(n, p, q, b, s):
    low, high = torch.zeros(()), torch.tensor(2000.0)
    for _ in range(80):
        middle = (low + high) / 2
        later = b * middle < s * (q - p)
        low, high = torch.where(later, middle, low), torch.where(later, high, middle)
    return {"crossing": low}


@proof(
    "cheapest-path",
    title="Dynamic programming on a grid",
    statement=(
        "The cheapest way into a cell is its own cost plus the cheaper of the ways into its predecessors, "
        "each computed once."
    ),
    symbols={
        "a": symbol("nonnegative in 0..20", "cost of the cell where the path begins, top left"),
        "b": symbol("nonnegative in 0..20", "top middle"),
        "c": symbol("nonnegative in 0..20", "top right"),
        "d": symbol("nonnegative in 0..20", "bottom left"),
        "e": symbol("nonnegative in 0..20", "bottom middle"),
        "f": symbol("nonnegative in 0..20", "bottom right, where the path ends"),
    },
    steps={
        "top_middle": step("a + b"),
        "top_right": step("top_middle + c"),
        "bottom_left": step("a + d"),
        "bottom_middle": step("min(top_middle, bottom_left) + e"),
        "bottom_right": step("min(top_right, bottom_middle) + f"),
    },
    source="Cormen, Leiserson, Rivest & Stein, Introduction to Algorithms (3rd ed., 2009), chapter 15",
    mistakes=[
        mistake(
            "greedy",
            "a + b + min(c, e) + f if b < d else a + d + e + f",
            "Whoever takes the cheaper neighbour each time cannot see what comes behind it.",
        ),
        mistake(
            "cheapest-of-each-column",
            "min(a, d) + min(b, e) + min(c, f)",
            "These cells need not lie on one path; it begins top left and ends bottom right.",
        ),
        mistake("dearest", "max(top_right, top_middle + e, bottom_left + e) + f", "That is the dearest path."),
        mistake("all-cells", "a + b + c + d + e + f", "A path does not enter every cell."),
    ],
)
def cheapest_path(a, b, c, d, e, f):
    top_middle, bottom_left = a + b, a + d
    top_right, bottom_middle = top_middle + c, torch.minimum(top_middle, bottom_left) + e
    return {
        "top_middle": top_middle,
        "top_right": top_right,
        "bottom_left": bottom_left,
        "bottom_middle": bottom_middle,
        "bottom_right": torch.minimum(top_right, bottom_middle) + f,
    }


@cheapest_path.oracle("brute-force", "every path, one after the other")
def _(a, b, c, d, e, f):
    grid = [[a, b, c], [d, e, f]]

    def paths(row, column):
        if row == column == 0:
            return [grid[0][0]]
        before = [(row - 1, column), (row, column - 1)]
        return [cost + grid[row][column] for place in before if min(place) >= 0 for cost in paths(*place)]

    cells = {
        "top_middle": (0, 1),
        "top_right": (0, 2),
        "bottom_left": (1, 0),
        "bottom_middle": (1, 1),
        "bottom_right": (1, 2),
    }
    return {name: torch.stack(paths(*place)).min() for name, place in cells.items()}
