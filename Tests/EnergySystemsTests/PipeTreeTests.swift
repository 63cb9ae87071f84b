import EnergySystems
import Testing

@Suite("A tree of buried pipes at a steady flow")
struct PipeTreeTests {
  /// The tree network of oemof/DHNx (MIT, tests/_files, commit c8832d1): 200 m of DN 125 to a fork, 100 m of DN 40 to either consumer.
  private let tree = PipeTree(
    source: "producer",
    pipes: [
      .init(from: "producer", to: "fork", length: 200, diameter: 0.125, heatTransfer: 0.21),
      .init(from: "fork", to: "c0", length: 100, diameter: 0.04, heatTransfer: 0.21),
      .init(from: "fork", to: "c1", length: 100, diameter: 0.04, heatTransfer: 0.21),
    ])

  private func state(_ flow: Double) -> PipeTree.State {
    tree.state(at: ["c0": flow, "c1": flow], temperature: 130, drop: 10, ground: 10)
  }

  /// Published with the network: mass flow of a consumer; heat loss, pressure loss, pump power; flow and return temperatures.
  private let published: [(flow: Double, figures: [Double], temperatures: [Double])] = [
    (
      0.34, [4968.490935455977, 5602.286756268411, 3.9201825457022377],
      [129.3073544034304, 129.0865532938783, 119.0865532938783, 118.88466773430874, 118.25618035397446]
    ),
    (
      0.4, [4974.299494546953, 7594.139603099007, 6.251735662885845],
      [129.41099580583057, 129.22312573407595, 119.22312573407596, 119.05128430246866, 118.51602043718766]
    ),
    (
      0.3, [4963.335288705307, 4432.214429990023, 2.736554218026728],
      [129.2153042320808, 128.96528691256907, 118.96528691256908, 118.73676584198007, 118.02572184220156]
    ),
  ]

  @Test("temperatures, heat loss, pressure loss and pump power are those published with the network")
  func asPublished() throws {
    for (flow, figures, temperatures) in published {
      let state = state(flow)
      // Published for all pipes together; the two branches are alike.
      #expect(abs(state.pipeLosses.reduce(0, +) - state.heatLoss) <= 1e-9 * state.heatLoss)
      #expect(state.pipeLosses[1] == state.pipeLosses[2])
      for (ours, theirs) in zip([state.heatLoss, state.pressureLoss, state.pumpPower], figures) {
        #expect(abs(ours - theirs) <= 1e-6 * theirs, "\(ours), published \(theirs)")
      }
      let ours = [
        state.flow["fork"], state.flow["c0"], state.back["c1"], state.back["fork"], state.back["producer"],
      ]
      for (ours, theirs) in zip(ours, temperatures) {
        #expect(abs(try #require(ours) - theirs) <= 1e-6 * theirs, "\(String(describing: ours)), published \(theirs)")
      }
    }
  }

  @Test("the loss that plans take, at the temperatures of the source, is less than a percent too high")
  func constantLoss() {
    // Both lines: u pi D L ((130 - 10) + (120 - 10)) W; 0.21 pi (0.125 x 200 + 2 x 0.04 x 100) 230 = 5007.38 W.
    let constant = 0.21 * Double.pi * (0.125 * 200 + 2 * 0.04 * 100) * ((130 - 10) + (120 - 10))
    #expect(abs(constant - 5007.38453055677) < 1e-6)
    for flow in [0.3, 0.34, 0.4] {
      let share = constant / state(flow).heatLoss - 1
      #expect(share > 0 && share < 0.01)
    }
  }

  @Test("heat is neither made nor lost: what the source gives is what consumers and ground take")
  func balance() throws {
    let state = state(0.34)
    let capacity = 4190.0
    let given = 2 * 0.34 * capacity * (130 - (try #require(state.back["producer"])))
    let taken = 2 * 0.34 * capacity * 10
    #expect(abs(given - taken - state.heatLoss) < 1e-6)
  }

  @Test("a junction that takes some itself mixes its own return with that of the pipes behind it")
  func consumerOnTheWay() throws {
    let line = PipeTree(
      source: "a",
      pipes: [
        .init(from: "a", to: "b", length: 1, diameter: 0.1, heatTransfer: 0),
        .init(from: "b", to: "c", length: 1, diameter: 0.1, heatTransfer: 0),
      ])
    // Nothing is lost: everything comes back 10 K cooler, whoever took it.
    let state = line.state(at: ["b": 1, "c": 2], temperature: 70, drop: 10, ground: 10)
    #expect(state.flow["c"] == 70)
    #expect(abs((try #require(state.back["a"])) - 60) < 1e-12)
    #expect(state.heatLoss == 0)
  }
}
