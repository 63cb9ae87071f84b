import HighsSolver
import LinearOptimization
import Testing

@Suite("HiGHS on small published models")
struct SmallReferenceModelTests {
  @Test("runs two CHP sites of oemof-solph's example at least cost")
  func variableCHP() throws {
    // oemof-solph, tests/test_scripts/test_solph/test_variable_chp (MIT): demands of hours 3001 to 3005. Excess is free.
    let electricity = [219326.3596653, 216566.3764352, 217332.5256261, 224057.1001518, 235780.105845]
    let heat = [127988.3378007, 139182.8240556, 133694.6322309, 146792.4753906, 198464.9500587]
    var model = LinearModel()
    for (electricity, heat) in zip(electricity, heat) {
      // Extraction CHP: 0.5 fuel = el + 0.4 heat, and el >= 0.6 heat.
      let extracting = model.addVariable(upper: 1e11, cost: 50)
      let power = model.addVariable(lower: electricity)
      let warmth = model.addVariable(lower: heat)
      model.addConstraint(.equal(0), 0.5 * extracting, -1 * power, -0.4 * warmth)
      model.addConstraint(.atLeast(0), 1 * power, -0.6 * warmth)
      // Back-pressure CHP: el = 0.3 fuel, heat = 0.5 fuel.
      let fixed = model.addVariable(upper: 1e11, cost: 50)
      model.addConstraint(.atLeast(electricity), 0.3 * fixed)
      model.addConstraint(.atLeast(heat), 0.5 * fixed)
    }
    let solution = try HighsSolver().solve(model)
    // By hand: 100 (max(el, 0.6 heat) + 0.4 heat) + 50 max(el / 0.3, heat / 0.5), summed up, is 326661586.841; published 326661590.
    #expect(solution.status == .optimal)
    #expect(isClose(solution.objective, 326_661_586.841_033_34, tolerance: 1e-9))
  }

  @Test("runs flixOpt's boiler, CHP and tank over nine hours at the published cost")
  func boilerCHPTank() throws {
    // flixOpt, tests/conftest.py (MIT): published costs 81.88394666666667 EUR, emissions 255.09184 kg.
    let heatNetwork = HeatNetwork(
      demands: [30, 0, 90, 110, 110, 20, 20, 20, 20], tankShares: [0.7] + .init(repeating: 0.8, count: 8))
    var options = SolveOptions()
    options.relativeGap = 1e-9
    let solution = try HighsSolver().solve(heatNetwork.model, options: options)
    #expect(solution.status == .optimal)
    #expect(isClose(solution.objective, 81.883_946_666_666_67))
    #expect(isClose(solution.bestBound, 81.883_946_666_666_67))
    // Fuel of the boiler is twice its heat; gas carries 0.3 kg CO2/kWh.
    let fuel = heatNetwork.boilerHeat.map { 2 * solution[$0] }.reduce(0, +) + heatNetwork.fuel.map { solution[$0] }.reduce(0, +)
    #expect(isClose(0.3 * fuel, 255.091_84, tolerance: 1e-6))
  }
}

/// A boiler (5 to 50 kW heat, efficiency 0.5), a CHP (5 to 60 kW electricity, 0.4 and 0.5) that sells its electricity at 0.08 EUR,
/// and a tank of 30 kWh that keeps 92 % an hour and charges at 0.9. Gas costs 0.04 EUR/kWh and 0.3 kg CO2/kWh at 0.2 EUR/kg.
private struct HeatNetwork {
  private(set) var model = LinearModel()
  private(set) var boilerHeat: [Variable] = []
  private(set) var fuel: [Variable] = []

  init(demands: [Double], tankShares: [Double]) {
    let gas = 0.04 + 0.3 * 0.2
    var contentBefore: Variable?
    for (demand, share) in zip(demands, tankShares) {
      let boiler = model.addVariable(cost: gas / 0.5)
      let boilerOn = model.addBinary()
      model.addConstraint(.atMost(0), 1 * boiler, -50 * boilerOn)
      model.addConstraint(.atLeast(0), 1 * boiler, -5 * boilerOn)
      let chp = model.addVariable(cost: gas - 0.4 * 0.08)
      let chpOn = model.addBinary()
      model.addConstraint(.atMost(0), 0.4 * chp, -60 * chpOn)
      model.addConstraint(.atLeast(0), 0.4 * chp, -5 * chpOn)
      let charge = model.addVariable()
      let discharge = model.addVariable()
      let isCharging = model.addBinary()
      model.addConstraint(.atMost(0), 1 * charge, -10_000 * isCharging)
      model.addConstraint(.atMost(10_000), 1 * discharge, 10_000 * isCharging)
      let content = model.addVariable(upper: 30 * share)
      let storage = model.addConstraint(.equal(0), 1 * content, -0.9 * charge, 1 * discharge)
      if let contentBefore { model.add(-0.92 * contentBefore, to: storage) }
      model.addConstraint(.equal(demand), 1 * boiler, 0.5 * chp, 1 * discharge, -1 * charge)
      boilerHeat.append(boiler)
      fuel.append(chp)
      contentBefore = content
    }
    // What the tank costs in any case.
    model.addOffset(20)
  }
}
