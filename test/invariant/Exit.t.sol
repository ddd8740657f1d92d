// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {Test} from "../solidity/Test.sol";
import {ExitHandler} from "./ExitHandler.t.sol";
import {HonestExitHandler} from "./HonestExitHandler.t.sol";

/// The handler draws a world with its first step, and checks everything after each.
abstract contract ExitCampaign is Test {
    ExitHandler internal handler;

    /// Wherever a history ended, everybody is paid, in assets or in shares.
    function afterInvariant() public {
        handler.settle();
    }

    function _target(ExitHandler handler_) internal {
        handler = handler_;
        targetContract(address(handler_));
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = handler_.step.selector;
        targetSelector(address(handler_), selectors);
    }
}

/// What an exit promises, over a vault that does whatever it likes: nobody gets more than his part, clocks are kept, the
/// recorded supply is no lever, the ledgers are right.
contract ExitInvariants is ExitCampaign {
    function setUp() public {
        _target(new ExitHandler());
    }

    /// forge-config: default.invariant.runs = 12
    /// forge-config: default.invariant.depth = 80
    function invariant_INV_5_an_exit_keeps_what_it_promises() public view {}
}

/// Over an honest vault everybody is paid in full, and governance goes on in time.
contract HonestExitInvariants is ExitCampaign {
    function setUp() public {
        _target(new HonestExitHandler());
    }

    /// forge-config: default.invariant.runs = 8
    /// forge-config: default.invariant.depth = 80
    function invariant_INV_5_an_honest_vault_pays_everybody_in_time() public view {}
}
